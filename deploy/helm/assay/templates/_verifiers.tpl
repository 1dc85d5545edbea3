{{/* What each verifier has of its own: assay.KEY.PART, which verifiers.yaml puts into its pod. */}}

{{- define "assay.reward.env" }}
- { name: ASSAY_REWARD_NAME, value: {{ .values.name | quote }} }
- { name: ASSAY_REWARD_BACKEND, value: {{ .values.backend }} }
{{- if ne .values.model.kind "none" }}
- { name: {{ eq .values.backend "onnx" | ternary "ASSAY_REWARD_MODEL" "ASSAY_REWARD_TOKENIZER" }}, value: {{ list "/model" .values.model.path | compact | join "/" | quote }} }
{{- end }}
{{- $own := printf "%s-reward-gpu:7701" (include "assay.fullname" .root) }}
{{- $url := .values.url | default (ternary $own "" (and (eq .values.backend "worker") .root.Values.verifiers.rewardGpu.enabled)) }}
{{- if and (ne .values.backend "onnx") (not $url) }}
{{- fail (printf "verifiers.reward.url is needed: the backend %s is a server" .values.backend) }}
{{- end }}
{{- with $url }}
- { name: ASSAY_REWARD_URL, value: {{ . | quote }} }
{{- end }}
{{- end }}

{{- define "assay.reward.mounts" }}
{{- if ne .values.model.kind "none" }}
- { name: model, mountPath: /model, readOnly: true }
{{- end }}
{{- end }}

{{- define "assay.reward.volumes" }}
{{- if ne .values.model.kind "none" }}
{{ include "assay.dataVolume" (dict "root" .root "volume" "model" "data" .values.model) }}
{{- end }}
{{- end }}

{{- define "assay.rewardGpu.env" }}
- { name: ASSAY_VERIFIER_NAME, value: {{ .values.name | quote }} }
{{- end }}

{{- define "assay.rewardGpu.args" -}}
{{- $model := list "/model" .values.model.path | compact | join "/" -}}
args: {{ concat (list "serve" $model) .values.args | toJson }}
{{- end }}

{{- define "assay.rewardGpu.mounts" }}{{ include "assay.reward.mounts" . }}{{ end }}
{{- define "assay.rewardGpu.volumes" }}{{ include "assay.reward.volumes" . }}{{ end }}

{{/* Of an image, its folder /lean. */}}
{{- define "assay.lean.mounts" }}
- { name: lean, mountPath: /lean, readOnly: true{{ if eq .values.data.kind "image" }}, subPath: lean{{ end }} }
{{- end }}

{{- define "assay.lean.volumes" }}
{{ include "assay.dataVolume" (dict "root" .root "volume" "lean" "data" .values.data) }}
{{- end }}

{{/* A copy for each pod, where nodes cannot mount images: it takes the time of some gigabytes. */}}
{{- define "assay.lean.init" }}
{{- if eq .values.data.kind "copy" }}
- name: lean-data
  image: {{ include "assay.image" (dict "root" .root "image" .values.data.image) }}
  imagePullPolicy: {{ .root.Values.image.pullPolicy }}
  command: [cp, -a, /lean/., /data/]
  securityContext:
    {{- include "assay.containerSecurity" . | nindent 4 }}
  resources:
    requests: { cpu: 500m, memory: 256Mi, ephemeral-storage: {{ .values.data.size }} }
    limits: { memory: 1Gi, ephemeral-storage: {{ .values.data.size }} }
  volumeMounts:
    - { name: lean, mountPath: /data }
{{- end }}
{{- end }}

{{/*
Lean runs what candidates write. With `confine`, each of its processes gets a network and process space of its own: that
takes user namespaces for the pod, a /proc that may be mounted again, and a seccomp profile on the nodes.
*/}}
{{- define "assay.lean.pod" }}
{{- if .values.confine }}
hostUsers: false
{{- end }}
{{- end }}
