import type { Catalogue } from '../catalogue/catalogue.ts';
import type { DeviceEntry } from '../catalogue/device-entry.ts';
import { imageForms } from '../catalogue/recogniser-names.ts';
import { type PodReading, placeIn } from './reading/read-pod.ts';
import type { SidecarFacts, WorkloadSubject } from './workload-facts.ts';

type SidecarEntry = NonNullable<DeviceEntry['sidecar']>;

/** What asks for a sidecar, or refuses it. */
interface Labelled {
  readonly PodAnnotation: Readonly<Record<string, string>>;
  readonly PodLabel: Readonly<Record<string, string>>;
  readonly NamespaceLabel: Readonly<Record<string, string>>;
  readonly NamespaceAnnotation: Readonly<Record<string, string>>;
}

/** The mesh sidecars that a pod has, or that its annotations, labels or namespace ask for and nothing of it refuses. */
export function findSidecars(
  subject: WorkloadSubject,
  pod: PodReading,
  catalogue: Catalogue,
  namespaceLabels: Readonly<Record<string, string>>,
): readonly SidecarFacts[] {
  const labelled: Labelled = {
    PodAnnotation: subject.templateAnnotations,
    PodLabel: subject.templateLabels,
    NamespaceLabel: namespaceLabels,
    NamespaceAnnotation: {},
  };
  return sidecarsOf(catalogue).flatMap(({ id, sidecar }) => {
    const found = ownContainer(sidecar, pod) ?? askedFor(sidecar, labelled);
    return found === undefined ? [] : [{ device: id, ...found }];
  });
}

interface SidecarDevice {
  readonly id: string;
  readonly sidecar: SidecarEntry;
}

const known = new WeakMap<Catalogue, readonly SidecarDevice[]>();

function sidecarsOf(catalogue: Catalogue): readonly SidecarDevice[] {
  const found =
    known.get(catalogue) ??
    catalogue.devices.flatMap(({ id, sidecar }) => (sidecar === undefined ? [] : [{ id, sidecar }]));
  known.set(catalogue, found);
  return found;
}

type Found = Omit<SidecarFacts, 'device'>;

function ownContainer(sidecar: SidecarEntry, pod: PodReading): Found | undefined {
  const container = pod.containers.find(
    ({ name, image, role }) =>
      (role === 'Main' || role === 'Sidecar') &&
      (sidecar.containers.includes(name) || imageForms(image).some((form) => sidecar.images.includes(form))),
  );
  if (container === undefined) return undefined;
  return { because: `the pod has the container ${container.name}`, place: placeIn(pod, container.pointer) };
}

function askedFor(sidecar: SidecarEntry, labelled: Labelled): Found | undefined {
  const refuses = sidecar.notInjectedBy.some(({ on, key, value }) => textOf(labelled[on], key) === value);
  if (refuses) return undefined;
  const asking = sidecar.injectedBy.find(({ on, key, value }) => {
    const text = textOf(labelled[on], key);
    return text !== undefined && (value === undefined || text === value);
  });
  if (asking === undefined) return undefined;
  return { because: `${WHERE[asking.on]} ${asking.key} asks for it` };
}

const WHERE: Readonly<Record<keyof Labelled, string>> = {
  PodAnnotation: 'annotation',
  PodLabel: 'label',
  NamespaceLabel: 'the label of the namespace',
  NamespaceAnnotation: 'the annotation of the namespace',
};

function textOf(texts: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(texts, key) ? texts[key] : undefined;
}
