import type { ConfigReading } from '../extraction/config-sources.ts';
import type { SecretText } from '../extraction/secret-text.ts';

/**
 * Reads ConfigMaps (and Secrets, where switched on) that a workload references. Never throws for what is missing,
 * refused or late: that is a state, with its cause.
 */
export interface ConfigReader {
  configMap(namespace: string, name: string): Promise<ConfigReading<string>>;
  secret(namespace: string, name: string): Promise<ConfigReading<SecretText>>;
}

/** What is known of a Service: enough to recognise a connection that goes to it, and the timeouts it declares. */
export interface ServiceFacts {
  readonly namespace: string;
  readonly name: string;
  readonly clusterIPs: readonly string[];
  readonly annotations: Readonly<Record<string, string>>;
}

/** Any Kubernetes object that may declare an idle timeout, reduced to what is read. */
export interface DeclaringObject {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly spec: unknown;
}

/** Looks up Services and declaring objects: from a watched cache, or from the files of one run. Synchronous: never a call. */
export interface ClusterLookup {
  service(namespace: string, name: string): ServiceFacts | undefined;
  declaring(kind: string, namespace: string, name: string): DeclaringObject | undefined;
  /** Labels of a namespace; undefined where they cannot be known (files without a Namespace object). */
  namespaceLabels(namespace: string): Readonly<Record<string, string>> | undefined;
}
