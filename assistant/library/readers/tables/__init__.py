"""Tables. They have a header, and are CSV, TSV, XLSX or Parquet."""
