import { z } from 'zod';
import { entryId, sourceSchema } from './source.ts';

const seconds = z.number().int().min(0).max(31_536_000);

/** Keep-alive of a terminating device's own sockets. */
const deviceKeepAlive = z.strictObject({
  timeSeconds: seconds.min(1),
  intervalSeconds: seconds.min(1).default(75),
  probes: z.number().int().min(1).max(127).default(9),
});

/** An idle timer: seconds, none, or not known. */
const timer = {
  idleTimer: z
    .enum(['Known', 'None', 'Unknown'])
    .describe(
      'Known: idleTimeoutSeconds holds. None: nothing is forgotten for being idle. Unknown: nobody can tell.',
    ),
  idleTimeoutSeconds: seconds.min(1).optional().describe('Default idle timeout in seconds.'),
  atLeastSeconds: seconds.optional().describe('With Unknown: silence that it is known to survive.'),
};

/** A Kubernetes field or annotation by which a device's timeout is set. */
const kubernetesField = z.strictObject({
  kind: z.enum([
    'Service',
    'Ingress',
    'IngressClass',
    'Gateway',
    'DestinationRule',
    'EnvoyFilter',
    'ConfigMap',
    'BackendPolicy',
    'Pod',
    'Other',
  ]),
  other: z.string().max(100).optional().describe('With kind Other: which kind, such as FelixConfiguration.'),
  apiGroup: z.string().max(100).optional(),
  annotation: z.string().max(253).optional().describe('Annotation key; may hold <port>.'),
  field: z.string().max(200).optional().describe('Field path, with dots.'),
  key: z
    .string()
    .max(200)
    .optional()
    .describe('Key inside the value, for key=value lists, or ConfigMap key.'),
  unit: z.enum(['Seconds', 'Milliseconds', 'Minutes', 'Duration']).default('Seconds'),
  example: z.string().max(400).optional(),
});

/** Unlike protocols of one device keep unlike timers. */
const variant = z.strictObject({
  name: z
    .string()
    .min(1)
    .max(60)
    .describe('Protocol or listener to which these values belong, such as `http` or `tcp`.'),
  ...timer,
});

/** A stateful device on a path: what it forgets, when, and what then becomes of the next packet. */
export const deviceEntrySchema = z.strictObject({
  id: entryId,
  title: z.string().min(3).max(120),
  vendor: z.string().min(1).max(60),
  aliases: z.array(z.string().min(2).max(63)).max(20).default([]).describe('Other names people look for.'),
  kind: z
    .enum(['Firewall', 'Nat', 'LoadBalancer', 'Proxy', 'Mesh', 'Pooler', 'Conntrack', 'Gateway', 'Server'])
    .describe(
      'Server: an end and not a hop; naming it as a device is refused with the hint to put it in `peer`.',
    ),
  ...timer,
  minSeconds: seconds.optional().describe('Least value that can be set.'),
  maxSeconds: seconds.optional().describe('Greatest value that can be set.'),
  timeout: z.enum(['Fixed', 'Configurable']).describe('Whether the idle timeout can be changed.'),
  zeroMeansNone: z.boolean().default(false).describe('Whether 0 turns the timer off.'),
  onExpiry: z
    .enum(['Drop', 'Reset', 'Close', 'DropOrReset'])
    .describe('What becomes of the next packet after expiry.'),
  refreshedBy: z.enum(['Packets', 'Payload']),
  mode: z.enum(['Passthrough', 'Terminate']),
  towardWorkload: deviceKeepAlive
    .optional()
    .describe('Keep-alive of its sockets toward the workload, by default.'),
  towardPeer: deviceKeepAlive.optional().describe('Keep-alive of its sockets toward the peer, by default.'),
  reuseIdleSeconds: seconds
    .optional()
    .describe('How long it keeps an idle connection to the workload for reuse.'),
  variants: z
    .array(variant)
    .max(10)
    .default([])
    .describe('Timers that differ by protocol; judged all where the protocol is not known.'),
  configuredBy: z.string().max(600).optional().describe('The setting, in the vendor’s words.'),
  kubernetes: z.array(kubernetesField).max(12).default([]),
  history: z
    .array(
      z.strictObject({
        from: z
          .string()
          .max(40)
          .describe('Date (YYYY, YYYY-MM or YYYY-MM-DD), version or generation from which it holds.'),
        idleTimeoutSeconds: seconds.optional(),
        says: z.string().max(400),
      }),
    )
    .max(12)
    .default([]),
  sidecar: z
    .strictObject({
      images: z.array(z.string().max(200)).max(10).default([]),
      containers: z.array(z.string().max(63)).max(10).default([]),
      injectedBy: z
        .array(
          z.strictObject({
            on: z.enum(['PodAnnotation', 'PodLabel', 'NamespaceLabel', 'NamespaceAnnotation']),
            key: z.string().max(253),
            value: z.string().max(63).optional(),
          }),
        )
        .max(10)
        .default([]),
      notInjectedBy: z
        .array(
          z.strictObject({
            on: z.enum(['PodAnnotation', 'PodLabel', 'NamespaceLabel', 'NamespaceAnnotation']),
            key: z.string().max(253),
            value: z.string().max(63),
          }),
        )
        .max(10)
        .default([]),
    })
    .optional()
    .describe('How a pod shows that it has this device as a sidecar: an implicit first hop.'),
  notes: z.array(z.string().max(800)).max(12).default([]),
  confidence: z.enum(['High', 'Medium', 'Low']),
  sources: z.array(sourceSchema).min(1).max(20),
});

export type DeviceEntry = z.infer<typeof deviceEntrySchema>;
