"""How long a person waits for `screening --help`, and for `screening list` on the invented sample, beside a bare Python and beside the imports alone.

Medians of 20, interleaved, bytecode written as any installation has it. Run: `python -m benchmarks.start_up`.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time

GOALS = {"--help": 0.3, "list": 1.0}
ROUNDS = 20
FLOORS = {"--help": "import typer", "list": "import typer, rich.console, sqlalchemy, duckdb, yaml"}


def main() -> None:
    """Screen the sample, measure, print."""
    with tempfile.TemporaryDirectory() as home:
        env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"} | {"SCREENING_HOME": home}
        cli = [sys.executable, "-m", "screening.cli"]
        subprocess.run([*cli, "demo", "--no-serve"], env=env, check=True, capture_output=True)
        commands = {
            "bare Python": [sys.executable, "-c", ""],
            **{word: [*cli, word] for word in GOALS},
            **{floor: [sys.executable, "-c", floor] for floor in FLOORS.values()},
        }
        times: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(ROUNDS):
            for name, command in commands.items():
                begun = time.perf_counter()
                subprocess.run(command, env=env, check=True, stdout=subprocess.DEVNULL)
                times[name].append(time.perf_counter() - begun)
    typical = {name: statistics.median(found) for name, found in times.items()}
    print(f"bare Python {typical['bare Python']:.3f} s")
    for word, goal in GOALS.items():
        ratios = [mine / floor for mine, floor in zip(times[word], times[FLOORS[word]], strict=True)]
        print(
            f"screening {word}: {typical[word]:.3f} s (goal {goal} s), {statistics.median(ratios):.2f} x the imports it cannot do without"
            f" ({typical[FLOORS[word]]:.3f} s)"
        )


if __name__ == "__main__":
    main()
