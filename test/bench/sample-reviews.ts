/** Deployments as teams have them, each different: what the admission benchmark sends. About 7 KB as a review. */
export function sampleReview(index: number): string {
  const name = `service-${index}`;
  const container = (suffix: string): object => ({
    name: `app${suffix}`,
    image: `registry.example/team-${index % 17}/${name}:1.${index % 40}.${index % 7}`,
    imagePullPolicy: 'IfNotPresent',
    ports: [{ name: 'http', containerPort: 8080 }],
    env: [
      {
        name: 'SPRING_DATASOURCE_URL',
        value: `jdbc:postgresql://db-${index % 23}.data.svc:5432/${name}?tcpKeepAlive=true`,
      },
      { name: 'SPRING_DATASOURCE_HIKARI_KEEPALIVETIME', value: String(120_000 + index) },
      { name: 'SPRING_DATASOURCE_HIKARI_MAXLIFETIME', value: '1700000' },
      { name: 'SPRING_DATA_REDIS_HOST', value: `cache-${index % 5}.data.svc` },
      { name: 'JAVA_TOOL_OPTIONS', value: '-XX:MaxRAMPercentage=75 -Djava.security.egd=file:/dev/urandom' },
      { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
      ...Array.from({ length: 20 }, (_, item) => ({
        name: `FEATURE_${item}`,
        value: `value-${index}-${item}`,
      })),
    ],
    resources: { requests: { cpu: '100m', memory: '256Mi' }, limits: { memory: '512Mi' } },
    livenessProbe: { httpGet: { path: '/healthz', port: 'http' }, periodSeconds: 10, failureThreshold: 3 },
    readinessProbe: { httpGet: { path: '/readyz', port: 'http' }, periodSeconds: 5, failureThreshold: 3 },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
  });
  const object = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name,
      namespace: `team-${index % 50}`,
      labels: { app: name, team: `team-${index % 17}`, tier: 'backend' },
      annotations: { 'deployment.kubernetes.io/revision': '3', description: 'x'.repeat(400) },
      managedFields: Array.from({ length: 6 }, (_, item) => ({
        manager: `manager-${item}`,
        operation: 'Update',
        apiVersion: 'apps/v1',
        time: '2026-11-24T10:00:00Z',
        fieldsType: 'FieldsV1',
        fieldsV1: {
          'f:spec': {
            'f:replicas': {},
            'f:template': { 'f:spec': { 'f:containers': { [`k:{"name":"app${item}"}`]: {} } } },
          },
        },
      })),
    },
    spec: {
      replicas: 3,
      selector: { matchLabels: { app: name } },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: 0 } },
      template: {
        metadata: { labels: { app: name, team: `team-${index % 17}`, tier: 'backend' } },
        spec: {
          serviceAccountName: name,
          securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
          containers: [container('')],
          volumes: [{ name: 'tmp', emptyDir: {} }],
        },
      },
    },
  };
  return JSON.stringify({
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
      kind: { group: 'apps', version: 'v1', kind: 'Deployment' },
      resource: { group: 'apps', version: 'v1', resource: 'deployments' },
      requestKind: { group: 'apps', version: 'v1', kind: 'Deployment' },
      name,
      namespace: `team-${index % 50}`,
      operation: 'CREATE',
      userInfo: {
        username: 'system:serviceaccount:ci:deployer',
        groups: ['system:serviceaccounts', 'system:authenticated'],
      },
      object,
      oldObject: null,
      dryRun: false,
      options: { apiVersion: 'meta.k8s.io/v1', kind: 'CreateOptions' },
    },
  });
}
