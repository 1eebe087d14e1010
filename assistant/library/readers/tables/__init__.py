"""Tables with a header: CSV, TSV, XLSX or Parquet."""
