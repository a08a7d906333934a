import { exceptionCodes } from "@labloop/device-modbus/wire";
import * as z from "zod";
import type { Plant, PlantWorld } from "../world/plant-world.ts";
import { type ModbusFaults, serveModbus } from "./modbus-server.ts";

export interface ModbusThermostatOptions extends ModbusFaults {
  /** How fast the bath follows, °C a second; default 0.2, common for a few litres. */
  readonly degreesPerSecond?: number;
  /** False when the heater is broken: the bath stays as it is, and the alarm comes on. */
  readonly doesHeat?: () => boolean;
}

const roomC = 20;
/** What it takes as a setpoint, °C. */
const limits = { lowest: 0, highest: 100 } as const;

/** What it keeps over a power cut, and how warm the bath was when that last changed. */
const Memory = z.object({ setpoint: z.number(), isOn: z.boolean(), fromC: z.number(), since: z.number() });
type Memory = z.infer<typeof Memory>;

/** A bath with a heater, by the table in `devices/modbus/examples/thermostat.yaml`; it stands for no product. */
export function createModbusThermostatPlant(world: PlantWorld, options: ModbusThermostatOptions = {}): Plant {
  const { degreesPerSecond = 0.2, doesHeat = () => true } = options;
  const { clock } = world;
  const untouched: Memory = { setpoint: 0, isOn: false, fromC: roomC, since: 0 };
  const memory = () => Memory.parse(world.memory() ?? untouched);

  /** On, it follows its setpoint; off, it follows the room. */
  const temperature = () => {
    const { setpoint, isOn, fromC, since } = memory();
    if (isOn && !doesHeat()) return fromC;
    const target = isOn ? setpoint : roomC;
    const most = ((clock.now() - since) / 1_000) * degreesPerSecond;
    return Math.abs(target - fromC) <= most ? target : fromC + Math.sign(target - fromC) * most;
  };

  /** Every change that sends the bath elsewhere is an act. */
  function set(change: Partial<Pick<Memory, "setpoint" | "isOn">>, isAct: boolean): null {
    const next = { ...memory(), ...change, fromC: temperature(), since: clock.now() };
    const act = { verb: "heat", detail: { setpoint: next.setpoint } } as const;
    world.commit(isAct ? { memory: next, actuation: act } : { memory: next });
    return null;
  }
  const aim = (setpoint: number) =>
    setpoint >= limits.lowest && setpoint <= limits.highest
      ? set({ setpoint }, memory().isOn)
      : exceptionCodes.illegalValue;
  const turn = (value: number) => set({ isOn: value === 1 }, value === 1 && !memory().isOn);

  return {
    attach(stream) {
      const points = [
        { at: { kind: "input", address: 0 }, read: () => 4_711 },
        { at: { kind: "input", address: 1, type: "i16", scale: 0.1 }, read: temperature },
        { at: { kind: "discrete", address: 0 }, read: () => (memory().isOn && !doesHeat() ? 1 : 0) },
        { at: { kind: "holding", address: 10, type: "f32" }, read: () => memory().setpoint, write: aim },
        { at: { kind: "coil", address: 0 }, read: () => (memory().isOn ? 1 : 0), write: turn },
      ] as const;
      serveModbus(stream, 1, points, options);
    },
  };
}
