// Loaded before the tests of a driver: one that lets nothing else run ends its file, as failed, and is told with its place.
import { blocksAtMost, watchLoop } from "./watch-loop.ts";

watchLoop(null, blocksAtMost).note("its test");
