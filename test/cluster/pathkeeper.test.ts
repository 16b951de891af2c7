import { afterAll, beforeAll } from '@jest/globals';
import { startControlPlane, type ControlPlane } from '../controlplane/control-plane.ts';
import { startPathkeeper, type RunningPathkeeper } from '../demo/start-pathkeeper.ts';
import { describeAdmission } from './admission-suite.ts';
import { describeChart } from './chart-suite.ts';
import { describeController } from './controller-suite.ts';
import { describeHostileReviews } from './hostile-suite.ts';
import { Installed } from './installed.ts';
import { describeOutages } from './outage-suite.ts';

/*
 * Pathkeeper as it is installed: the chart by helm on a real API server, webhook and controller started by the chart's own
 * command, arguments and environment, under the service accounts and the RBAC that the chart makes. A control plane of its
 * own: webhook configurations are everybody's, and the API server is stopped and started here. One for all these suites,
 * since to start it takes longer than most of them: they run in this order, and the last one uninstalls the chart.
 */
let plane: ControlPlane | undefined;
let pathkeeper: RunningPathkeeper | undefined;
let here: Installed;

beforeAll(async () => {
  plane = await startControlPlane();
  pathkeeper = await startPathkeeper(plane);
  here = new Installed(plane, pathkeeper);
});

afterAll(async () => {
  await pathkeeper?.stop();
  await plane?.stop();
});

describeAdmission(() => here);
describeHostileReviews(() => here);
describeController(() => here);
describeOutages(() => here);
describeChart(() => here);
