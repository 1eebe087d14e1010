"""Tables with a header. They are CSV, TSV, XLSX or Parquet."""
