/** Why a device is out of use that does not remember what it did. */
export const memoryLost = "device.memoryLost";
