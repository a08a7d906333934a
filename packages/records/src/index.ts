export { ColumnDictionary } from "./dataset/column-dictionary.ts";
export { DatasetDocument } from "./dataset/dataset-document.ts";
export { type ExportedDataset, exportDataset } from "./dataset/export-dataset.ts";
export { type CampaignRecord, readCampaignRecord } from "./read-campaign-record.ts";
