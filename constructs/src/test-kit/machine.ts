import type { MachineProps } from '../props/machine-props.ts';
import { Size } from '../props/size.ts';

/** A machine that is all right but for its network. */
export const MACHINE: MachineProps = {
  cpuCores: 2,
  memory: Size.gibibytes(4),
  disk: Size.gibibytes(20),
};
