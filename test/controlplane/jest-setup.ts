import { type ControlPlane, startControlPlane } from './control-plane.ts';
import { shareControlPlane } from './shared-control-plane.ts';

let plane: ControlPlane | undefined;

/** Jest runs this once, in its own process, before the first suite of the project `cluster`. */
export default async function startShared(): Promise<void> {
  plane = await startControlPlane();
  shareControlPlane(plane);
}

export async function stopShared(): Promise<void> {
  await plane?.stop();
}
