{{/* What all pods share. .values are those of the component. */}}

{{- define "assay.podMetadata" -}}
labels:
  {{- include "assay.labels" . | nindent 2 }}
  assay/role: {{ .role }}
  {{- with .values.podLabels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- with merge (dict) (.values.podAnnotations | default dict) .root.Values.annotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "assay.podSpec" -}}
automountServiceAccountToken: false
enableServiceLinks: false
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- $byEngine := get (dict "gvisor" "gvisor" "sysbox" "sysbox-runc") (dig "engine" "kind" "" .values) }}
{{- with .values.runtimeClassName | default $byEngine }}
runtimeClassName: {{ . }}
{{- end }}
{{- with .values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- if and .values.topologySpread (ne .values.topologySpread "Off") }}
topologySpreadConstraints:
  {{- range list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
  - maxSkew: 1
    topologyKey: {{ . }}
    whenUnsatisfiable: {{ eq $.values.topologySpread "Hard" | ternary "DoNotSchedule" "ScheduleAnyway" }}
    labelSelector:
      matchLabels:
        {{- include "assay.selector" $ | nindent 8 }}
    matchLabelKeys: [pod-template-hash]
  {{- end }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile: { type: RuntimeDefault }
# What is under way may end, within drainSeconds; the rest is for stopping.
terminationGracePeriodSeconds: {{ add .values.drainSeconds 30 }}
{{- end }}

{{- define "assay.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- if and (eq .name "lean") .values.confine }}
procMount: Unmasked
seccompProfile: { type: Localhost, localhostProfile: {{ .values.seccompProfile }} }
{{- end }}
{{- end }}

{{- define "assay.container" -}}
image: {{ include "assay.image" (dict "root" .root "image" .values.image) }}
imagePullPolicy: {{ .root.Values.image.pullPolicy }}
securityContext:
  {{- include "assay.containerSecurity" . | nindent 2 }}
{{- $gpus := .values.gpus | default 0 | int | toString }}
{{- $limits := ternary (dict) (dict "nvidia.com/gpu" $gpus) (eq $gpus "0") }}
resources:
  {{- merge (dict "limits" $limits) .values.resources | toYaml | nindent 2 }}
{{- end }}

{{/* What users add to the environment. */}}
{{- define "assay.env" -}}
{{- range $name, $value := .values.env }}
- { name: {{ $name }}, value: {{ $value | quote }} }
{{- end }}
{{- range $name, $from := .values.secretEnv }}
- { name: {{ $name }}, valueFrom: { secretKeyRef: { name: {{ $from.secret }}, key: {{ $from.key }} } } }
{{- end }}
{{- end }}

{{/* Kubernetes' gRPC probes speak no TLS: with TLS, readiness is asked for over HTTP at the port of the metrics. */}}
{{- define "assay.probes" -}}
startupProbe:
  {{- include "assay.ready" . | nindent 2 }}
  periodSeconds: 5
  timeoutSeconds: 5
  failureThreshold: {{ div (add .values.startupSeconds 4) 5 }}
readinessProbe:
  {{- include "assay.ready" . | nindent 2 }}
  periodSeconds: 5
  timeoutSeconds: 5
  failureThreshold: 2
# Not by health, which tells of what a verifier needs as well: starting it anew would not mend that. Two minutes without
# an answer mean that its process hangs.
livenessProbe:
  httpGet: { path: /metrics, port: metrics }
  periodSeconds: 20
  timeoutSeconds: 10
  failureThreshold: 6
{{- end }}

{{- define "assay.ready" -}}
{{- if and .root.Values.tls.enabled (ne .name "reward-gpu") -}}
httpGet: { path: /healthz, port: metrics }
{{- else -}}
grpc: { port: {{ .port }} }
{{- end -}}
{{- end }}

{{- define "assay.tmp" -}}
- name: tmp
  emptyDir: { sizeLimit: {{ .values.tmpSize }} }
{{- end }}

{{/* How processes speak to each other; .of names the certificate: orchestrator, verifiers, gateway. */}}
{{- define "assay.securityEnv" -}}
{{- if and .root.Values.tls.enabled (ne .name "reward-gpu") }}
- { name: ASSAY_TLS_CERT, value: /tls/tls.crt }
- { name: ASSAY_TLS_KEY, value: /tls/tls.key }
- { name: ASSAY_TLS_CA, value: /tls/ca.crt }
{{- if index .root.Values.tls.mutual .of }}
- { name: ASSAY_TLS_CLIENT_CA, value: /tls/ca.crt }
{{- end }}
{{- else }}
# Nobody else is on the way: NetworkPolicies and the network of the cluster see to that, or tls.enabled does.
- { name: ASSAY_INSECURE, value: "1" }
{{- end }}
{{- with .root.Values.tls.extraAuthorities }}
{{- if and .existingSecret (ne $.name "reward-gpu") }}
- { name: NODE_EXTRA_CA_CERTS, value: {{ printf "/authorities/%s" .key | quote }} }
{{- end }}
{{- end }}
{{- end }}

{{- define "assay.tlsMount" -}}
{{- if and .root.Values.tls.enabled (ne .name "reward-gpu") }}
- { name: tls, mountPath: /tls, readOnly: true }
{{- end }}
{{- if and .root.Values.tls.extraAuthorities.existingSecret (ne .name "reward-gpu") }}
- { name: authorities, mountPath: /authorities, readOnly: true }
{{- end }}
{{- end }}

{{- define "assay.tlsVolume" -}}
{{- if and .root.Values.tls.enabled (ne .name "reward-gpu") }}
- name: tls
  secret: { secretName: {{ include "assay.tlsSecret" . }}, defaultMode: 0440 }
{{- end }}
{{- with .root.Values.tls.extraAuthorities.existingSecret }}
{{- if ne $.name "reward-gpu" }}
- name: authorities
  secret: { secretName: {{ . }}, defaultMode: 0440 }
{{- end }}
{{- end }}
{{- end }}

{{/* A folder of data, read-only: .data has kind, claim, image, path. */}}
{{- define "assay.dataVolume" -}}
- name: {{ .volume }}
  {{- if eq .data.kind "claim" }}
  persistentVolumeClaim: { claimName: {{ required (printf "%s: kind claim needs the name of a claim" .volume) .data.claim }}, readOnly: true }
  {{- else if eq .data.kind "image" }}
  image: { reference: {{ include "assay.image" (dict "root" .root "image" .data.image) | quote }}, pullPolicy: {{ .root.Values.image.pullPolicy }} }
  {{- else if eq .data.kind "copy" }}
  emptyDir: { sizeLimit: {{ .data.size }} }
  {{- end }}
{{- end }}
