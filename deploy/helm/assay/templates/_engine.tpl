{{/*
The Docker engine of the code verifier: one for each pod, beside the verifier, with no way to the node's own. It is root
in its container, and what keeps that from the node is the pod's: gVisor's kernel, a user namespace, or Sysbox.
*/}}

{{- define "assay.code.env" }}
{{- with .values.engine }}
{{- if eq .kind "external" }}
- { name: DOCKER_HOST, value: {{ required "verifiers.code.engine.host is needed: engine.kind is external" .host | quote }} }
{{- if .tlsSecret }}
- { name: DOCKER_TLS_VERIFY, value: "1" }
- { name: DOCKER_CERT_PATH, value: /engine-tls }
{{- end }}
{{- else }}
- { name: DOCKER_HOST, value: unix:///run/engine/docker.sock }
{{- end }}
{{- end }}
{{- end }}

{{- define "assay.code.mounts" }}
{{- if ne .values.engine.kind "external" }}
- { name: engine-run, mountPath: /run/engine }
{{- else if .values.engine.tlsSecret }}
- { name: engine-tls, mountPath: /engine-tls, readOnly: true }
{{- end }}
{{- end }}

{{- define "assay.code.volumes" }}
{{- with .values.engine }}
{{- if eq .kind "external" }}
{{- with .tlsSecret }}
- name: engine-tls
  secret: { secretName: {{ . }}, defaultMode: 0440 }
{{- end }}
{{- else }}
- name: engine-run
  emptyDir: { medium: Memory, sizeLimit: 16Mi }
- name: engine-tmp
  emptyDir: { sizeLimit: 1Gi }
# gVisor's overlays lie on memory only.
- name: engine-data
  emptyDir: { {{ if eq .kind "gvisor" }}medium: Memory, {{ end }}sizeLimit: {{ .storage }} }
{{- end }}
{{- end }}
{{- end }}

{{- define "assay.code.pod" }}
{{- if has .values.engine.kind (list "userns" "sysbox") }}
hostUsers: false
{{- end }}
{{- end }}

{{- define "assay.code.init" }}
{{- with .values.engine }}
{{- if ne .kind "external" }}
# It starts before the verifier and ends after it.
- name: engine
  restartPolicy: Always
  image: {{ include "assay.image" (dict "root" $.root "image" .image) }}
  imagePullPolicy: {{ $.root.Values.image.pullPolicy }}
  # The socket's group: the verifier's.
  args: ["--group", "10001"]
  securityContext:
    runAsNonRoot: false
    runAsUser: 0
    runAsGroup: 0
    readOnlyRootFilesystem: true
    {{- if eq .kind "userns" }}
    # Of the user namespace alone: on the node this root is nobody.
    privileged: true
    {{- else if eq .kind "gvisor" }}
    # Towards gVisor's kernel, not the node's. dockerd mounts, and hands on what sandboxes' supervisors need.
    allowPrivilegeEscalation: true
    capabilities:
      drop: [ALL]
      add:
        - AUDIT_WRITE
        - CHOWN
        - DAC_OVERRIDE
        - FOWNER
        - FSETID
        - KILL
        - MKNOD
        - NET_ADMIN
        - SETFCAP
        - SETGID
        - SETPCAP
        - SETUID
        - SYS_ADMIN
        - SYS_CHROOT
        - SYS_PTRACE
        - SYS_RESOURCE
    {{- end }}
  # With the sandboxes' image loaded.
  startupProbe:
    exec: { command: [docker, --host, "unix:///run/engine/docker.sock", image, inspect, assay/sandbox] }
    periodSeconds: 5
    timeoutSeconds: 10
    failureThreshold: 120
  # Three minutes without an answer mean that it hangs.
  livenessProbe:
    exec: { command: [docker, --host, "unix:///run/engine/docker.sock", version] }
    periodSeconds: 30
    timeoutSeconds: 20
    failureThreshold: 6
  # A node's limit counts what lies in volumes on its disk, too.
  resources:
    {{- $limits := ternary (dict) (dict "ephemeral-storage" .storage) (eq .kind "gvisor") }}
    {{- merge (dict "limits" $limits) .resources | toYaml | nindent 4 }}
  volumeMounts:
    - { name: engine-run, mountPath: /run/engine }
    - { name: engine-data, mountPath: /var/lib/docker }
    - { name: engine-tmp, mountPath: /tmp, subPath: tmp }
    - { name: engine-tmp, mountPath: /run, subPath: run }
{{- end }}
{{- end }}
{{- end }}
