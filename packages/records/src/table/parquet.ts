import { type BasicType, parquetWriteBuffer } from "hyparquet-writer";
import type { Cell, ColumnType } from "./column.ts";
import type { ObservationTable } from "./observation-table.ts";

const parquetTypes: Readonly<Record<ColumnType, BasicType>> = {
  double: "DOUBLE",
  integer: "INT32",
  string: "STRING",
  boolean: "BOOLEAN",
  timestamp: "TIMESTAMP",
};

/** Returns the table as a Parquet file, with the column dictionary (`columns.json`) in its key-value metadata. */
export function observationsParquet({ columns, rows }: ObservationTable, dictionary: string): Uint8Array {
  const columnData = columns.map(({ name, type }, index) => ({
    name,
    type: parquetTypes[type],
    data: rows.map((cells) => cellValue(cells[index], type)),
  }));
  const kvMetadata = [{ key: "labloop.columns", value: dictionary }];
  return new Uint8Array(parquetWriteBuffer({ columnData, kvMetadata, createdBy: "labloop" }));
}

function cellValue(cell: Cell | undefined, type: ColumnType): number | string | boolean | Date | null {
  if (cell?.state !== "known") return null;
  return type === "timestamp" && typeof cell.value === "number" ? new Date(cell.value) : cell.value;
}
