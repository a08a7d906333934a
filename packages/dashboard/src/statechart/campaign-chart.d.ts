declare module "virtual:campaign-chart" {
  /** The campaign's states and transitions, taken from its machine when the page was built. */
  export const campaignChart: import("./extract-chart.ts").Chart;
}
