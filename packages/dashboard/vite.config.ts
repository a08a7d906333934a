import { campaignMachine } from "@labloop/machines";
import { defineConfig } from "vite";
import { extractChart } from "./src/statechart/extract-chart.ts";

export default defineConfig({
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  // The campaign's states and transitions, read from the machine itself, without XState on the wire.
  define: { campaignChart: JSON.stringify(extractChart(campaignMachine)) },
  build: {
    outDir: "dist",
    emptyOutDir: true,
    // Nothing inline: the page is served under `default-src 'self'`.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
