{{/* Names and labels. A component is a dict of root, name (as in labels), values, and role. */}}

{{- define "assay.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 36 | trimSuffix "-" -}}
{{- end }}

{{/* 36 characters leave room for every suffix, also those of KEDA, StatefulSets and their pods: 63 in all. */}}
{{- define "assay.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 36 | trimSuffix "-" -}}
{{- else if contains $name .Release.Name -}}
{{- .Release.Name | trunc 36 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 36 | trimSuffix "-" -}}
{{- end -}}
{{- end }}

{{- define "assay.componentName" -}}
{{- printf "%s-%s" (include "assay.fullname" .root) .name -}}
{{- end }}

{{- define "assay.selector" -}}
app.kubernetes.io/name: {{ include "assay.name" .root }}
app.kubernetes.io/instance: {{ .root.Release.Name | trunc 63 | trimSuffix "-" }}
app.kubernetes.io/component: {{ .name }}
{{- end }}

{{- define "assay.labels" -}}
{{ include "assay.selector" . }}
app.kubernetes.io/part-of: assay
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- with .root.Values.labels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* Metadata of an object; .suffix is added to its name, .annotations to those of everything. */}}
{{- define "assay.metadata" -}}
name: {{ include "assay.componentName" . }}{{ .suffix }}
namespace: {{ .root.Release.Namespace }}
labels:
  {{- include "assay.labels" . | nindent 2 }}
{{- with merge (dict) (.annotations | default dict) .root.Values.annotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* Reference of an image: by digest where there is one. */}}
{{- define "assay.image" -}}
{{- $registry := default .root.Values.image.registry .image.registry -}}
{{- with $registry }}{{ . }}/{{ end -}}
{{- required "an image needs a repository" .image.repository -}}
{{- if .image.digest -}}
@{{ .image.digest }}
{{- else -}}
:{{ .image.tag | default .root.Values.image.tag | default .root.Chart.AppVersion }}
{{- end -}}
{{- end }}

{{/* The enabled verifiers of this release, as {components: [...]}. */}}
{{- define "assay.verifiers" -}}
{{- $found := list -}}
{{- range $key := list "math" "code" "lean" "reward" "rewardGpu" -}}
{{- if (index $.Values.verifiers $key).enabled -}}
{{- $found = append $found (dict "key" $key "name" (kebabcase $key)) -}}
{{- end -}}
{{- end -}}
{{- dict "components" $found | toJson -}}
{{- end }}

{{/* Not empty where KEDA scales a verifier. */}}
{{- define "assay.usesKeda" -}}
{{- range (include "assay.verifiers" . | fromJson).components -}}
{{- if eq (index $.Values.verifiers .key).scaling.by "keda" }}true{{ end -}}
{{- end -}}
{{- end }}

{{/* Seconds for which work waits for its verifier's first replica, where there may be none: as long as it may take to start. */}}
{{- define "assay.maxWait" -}}
{{- $most := 0 -}}
{{- range (include "assay.verifiers" . | fromJson).components -}}
{{- $v := index $.Values.verifiers .key -}}
{{- if and (eq $v.scaling.by "keda") (eq (int $v.scaling.minReplicas) 0) -}}
{{- $most = max $most (add $v.startupSeconds 300) -}}
{{- end -}}
{{- end -}}
{{- if $most }}{{ $most }}{{ end -}}
{{- end }}

{{- define "assay.storeSecret" -}}
{{- .Values.store.postgres.existingSecret | default (printf "%s-postgres" (include "assay.fullname" .)) -}}
{{- end }}

{{/* Secret with the certificate of a component: orchestrator, verifiers, gateway, scaler. */}}
{{- define "assay.tlsSecret" -}}
{{- if .root.Values.tls.certManager.enabled -}}
{{- printf "%s-%s-tls" (include "assay.fullname" .root) .of -}}
{{- else -}}
{{- required (printf "tls.secrets.%s is needed: tls.enabled is true and tls.certManager.enabled is not" .of) (index .root.Values.tls.secrets .of) -}}
{{- end -}}
{{- end }}
