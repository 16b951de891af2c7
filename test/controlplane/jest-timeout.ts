import { jest } from '@jest/globals';

// The project `cluster` waits for servers and controllers, on a machine that may be busy; Jest takes a test's time
// limit from no project's configuration.
jest.setTimeout(120_000);
