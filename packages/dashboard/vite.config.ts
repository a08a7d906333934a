import { campaignMachine } from "@labloop/machines";
import { defineConfig, type Plugin } from "vite";
import { extractChart } from "./src/statechart/extract-chart.ts";

/** Gives the page the campaign's states and transitions, read from the machine itself, without XState on the wire. */
function campaignChart(): Plugin {
  const name = "virtual:campaign-chart";
  return {
    name: "campaign-chart",
    resolveId: (id) => (id === name ? `\0${name}` : undefined),
    load: (id) =>
      id === `\0${name}` ? `export const campaignChart = ${JSON.stringify(extractChart(campaignMachine))};` : undefined,
  };
}

export default defineConfig({
  plugins: [campaignChart()],
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: "dist",
    emptyOutDir: true,
    // Nothing inline: the page is served under `default-src 'self'`.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
