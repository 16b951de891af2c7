{{- define "pathkeeper.name" -}}
{{- printf "%s" .Release.Name | trunc 45 | trimSuffix "-" -}}
{{- end -}}

{{- define "pathkeeper.labels" -}}
app.kubernetes.io/name: pathkeeper
app.kubernetes.io/instance: {{ .Release.Name | quote }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{- define "pathkeeper.selector" -}}
app.kubernetes.io/name: pathkeeper
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end -}}

{{- define "pathkeeper.image" -}}
{{ .Values.image.repository }}:{{ default .Chart.AppVersion .Values.image.tag }}
{{- end -}}

{{- define "pathkeeper.podSecurityContext" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
seccompProfile: {type: RuntimeDefault}
{{- end -}}

{{- define "pathkeeper.containerSecurityContext" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end -}}

{{- define "pathkeeper.commonEnv" -}}
- {name: PATHKEEPER_NAMESPACE, valueFrom: {fieldRef: {fieldPath: metadata.namespace}}}
- {name: PATHKEEPER_POD_NAME, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
- {name: PATHKEEPER_LOG_LEVEL, value: {{ .Values.logLevel | quote }}}
- {name: PATHKEEPER_LOG_FORMAT, value: {{ .Values.logFormat | quote }}}
- {name: PATHKEEPER_CLUSTER_DOMAIN, value: {{ .Values.clusterDomain | quote }}}
- {name: PATHKEEPER_READ_SECRETS, value: {{ .Values.readSecrets | quote }}}
- {name: PATHKEEPER_EXCLUDED_NAMESPACES, value: {{ join "," .Values.excludedNamespaces | quote }}}
{{- end -}}

{{- define "pathkeeper.readRules" -}}
- apiGroups: [pathkeeper.dev]
  resources: [networkpathpolicies, clusternetworkpathpolicies]
  verbs: [get, list, watch]
- apiGroups: [""]
  resources: [pods, configmaps, namespaces, services, replicationcontrollers]
  verbs: [get, list, watch]
- apiGroups: [apps]
  resources: [deployments, statefulsets, daemonsets, replicasets]
  verbs: [get, list, watch]
- apiGroups: [batch]
  resources: [jobs, cronjobs]
  verbs: [get, list, watch]
- apiGroups: [networking.k8s.io]
  resources: [ingresses]
  verbs: [get, list, watch]
- apiGroups: [gateway.networking.k8s.io]
  resources: [gateways]
  verbs: [get, list, watch]
- apiGroups: [networking.istio.io]
  resources: [destinationrules]
  verbs: [get, list, watch]
{{- if eq .Values.readSecrets "On" }}
- apiGroups: [""]
  resources: [secrets]
  verbs: [get, list, watch]
{{- end }}
{{- end -}}

{{- /* Where pods run and by what they are pulled: {root, part}, part being the values of webhook or controller. */ -}}
{{- define "pathkeeper.placement" -}}
{{- with .root.Values.imagePullSecrets }}
imagePullSecrets: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .part.priorityClassName }}
priorityClassName: {{ . | quote }}
{{- end }}
{{- with .part.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .part.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .part.affinity }}
affinity: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}
