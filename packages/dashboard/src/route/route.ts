/** What the table of experiments is ordered by. */
const sortKeys = ["number", "value", "error"] as const;
export type SortKey = (typeof sortKeys)[number];

/** What the table of experiments shows, and in which order. */
export interface TableChoice {
  readonly sort: SortKey;
  readonly isDescending: boolean;
  readonly isFailedOnly: boolean;
}

/** Which two objectives of a front are drawn against each other. */
interface Axes {
  readonly across: string;
  readonly up: string;
}

/** Where the page is: all of it stands in the address, so that a view can be shared. */
export type Route =
  | {
      readonly page: "campaign";
      readonly table: TableChoice;
      readonly best: "chart" | "data";
      readonly axes: Axes | null;
      /** Whether the chart of a front shows the part around it alone. */
      readonly isNear: boolean;
    }
  | { readonly page: "run"; readonly runId: string };

/** Newest first. */
export const plainTable: TableChoice = { sort: "number", isDescending: true, isFailedOnly: false };

/** Reads the part of an address from `#` on; what is not understood opens the campaign's page. */
export function readRoute(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?");
  const [page, runId] = path.split("/");
  if (page === "runs" && runId !== undefined && runId !== "") return { page: "run", runId: decodeURIComponent(runId) };
  const asked = new URLSearchParams(query);
  return {
    page: "campaign",
    table: {
      sort: sortKeys.find((key) => key === asked.get("sort")) ?? plainTable.sort,
      isDescending: asked.get("order") !== "up",
      isFailedOnly: asked.get("show") === "failed",
    },
    best: asked.get("best") === "data" ? "data" : "chart",
    axes: axesOf(asked),
    isNear: asked.get("part") === "front",
  };
}

function axesOf(asked: URLSearchParams): Axes | null {
  const [across, up] = [asked.get("across"), asked.get("up")];
  return across === null || up === null ? null : { across, up };
}

/** Writes a route as it stands in an address; reading it gives the same route. */
export function writeRoute(route: Route): string {
  if (route.page === "run") return `#/runs/${encodeURIComponent(route.runId)}`;
  const asked = new URLSearchParams();
  if (route.table.sort !== plainTable.sort) asked.set("sort", route.table.sort);
  if (!route.table.isDescending) asked.set("order", "up");
  if (route.table.isFailedOnly) asked.set("show", "failed");
  if (route.best === "data") asked.set("best", "data");
  if (route.axes !== null) {
    asked.set("across", route.axes.across);
    asked.set("up", route.axes.up);
  }
  if (route.isNear) asked.set("part", "front");
  return asked.size === 0 ? "#/" : `#/?${asked}`;
}
