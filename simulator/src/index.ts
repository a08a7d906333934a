export { createBalancePcPlant } from "./plants/balance-pc-plant.ts";
export { createBalanceReader } from "./plants/balance-reader.ts";
export { createDispenserPlant } from "./plants/dispenser-plant.ts";
export { type Drop, type InstrumentPc, startInstrumentPc } from "./plants/instrument-pc.ts";
export { createMark10EsmPlant } from "./plants/mark10-esm-plant.ts";
export { createMarlinPlant } from "./plants/marlin-plant.ts";
export { createModbusBalancePlant } from "./plants/modbus-balance-plant.ts";
export { type ModbusFaults, type Point, serveModbus } from "./plants/modbus-server.ts";
export { createModbusThermostatPlant } from "./plants/modbus-thermostat-plant.ts";
export { createMtSicsPlant } from "./plants/mt-sics-plant.ts";
export { createStarterPumpPlant, type StarterPumpPlant } from "./plants/starter-pump-plant.ts";
export {
  createRobotServerPlant,
  type RobotServerOptions,
  type RobotServerPlant,
  type RobotStep,
} from "./plants/robot-server-plant.ts";
export { createUrDashboardPlant, type TaughtProgram } from "./plants/ur-dashboard-plant.ts";
export {
  lastWorldTime,
  openWorld,
  type PlantMaker,
  type Stage,
  type World,
  type WorldModule,
} from "./world/open-world.ts";
export type { Actuation, Part, PartChange, Physics, Plant, PlantWorld, WorldChange } from "./world/plant-world.ts";
export { type CountedActuation, type Damage, openWorldStore, type WorldStore } from "./world/world-store.ts";
