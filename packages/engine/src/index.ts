export { type AnswerAtRest, answerAtRest } from "./answer-at-rest.ts";
export { measurementsOf, successes } from "./decide/ask-next.ts";
export { type Engine, type EngineEnd, type EngineOptions, openEngine } from "./open-engine.ts";
export { fold } from "./fold/fold.ts";
export { createFolding, type Folding } from "./fold/folding.ts";
export { maintenanceIn, type MaintenanceReading, newestReadings } from "./maintenance-reading.ts";
export { freedByOthers, type LeftBehind, leftBehind, stillHeld } from "./left-behind.ts";
export type { Recipe } from "./recipe.ts";
export { type EngineState, emptyState, openCommands } from "./state.ts";
