"""Tables with a header line: CSV, TSV, XLSX, Parquet."""
