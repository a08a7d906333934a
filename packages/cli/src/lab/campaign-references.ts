import { parseDocument } from "yaml";

/** The files that a campaign names. */
export interface CampaignReferences {
  readonly lab: string;
  readonly protocol: string;
  /** Null where it has ranges and names none. */
  readonly candidates: string | null;
}

/**
 * Returns the files that a campaign text names, or null when it does not name lab and protocol, or names no file of candidates where it should; nothing else of it is looked at,
 * so that a fault elsewhere does not hide what is wrong in those files.
 */
export function campaignReferences(text: string): CampaignReferences | null {
  const document = parseDocument(text, { logLevel: "silent" });
  const at = (key: string) => {
    const value: unknown = document.contents === null ? undefined : document.get(key);
    return typeof value === "string" ? value : null;
  };
  try {
    const lab = at("lab");
    const protocol = at("protocol");
    const candidates = at("candidates");
    const isWrong = candidates === null && document.has("candidates");
    return lab === null || protocol === null || isWrong ? null : { lab, protocol, candidates };
  } catch {
    // A text that is no mapping has no keys to ask for.
    return null;
  }
}
