export { ColumnDictionary } from "./dataset/column-dictionary.ts";
export { DatasetDocument } from "./dataset/dataset-document.ts";
export { type ExportedDataset, exportDataset } from "./dataset/export-dataset.ts";
export { type BesideTable, besideTable } from "./table/beside-table.ts";
export { type CampaignRecord, readCampaignRecord } from "./read-campaign-record.ts";
export { readReportInput } from "./report/read-report-input.ts";
export { renderReport } from "./report/render-report.ts";
export type { ReportInput } from "./report/report-input.ts";
