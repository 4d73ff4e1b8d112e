"""What leaves the house as a document. So far: the ranked list as a workbook. Gets scores and explanations, decides nothing."""
