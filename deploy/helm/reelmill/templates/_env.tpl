{{/* A setting's value as the API reads it. Numbers arrive as floats: 1e+09 would be no whole number. */}}
{{- define "reelmill.text" -}}
{{- if kindIs "slice" . -}}
{{ toJson . }}
{{- else if and (kindIs "float64" .) (eq (floor .) .) -}}
{{ int64 . }}
{{- else -}}
{{ . }}
{{- end -}}
{{- end }}

{{/* Variables of every process of the API's image that talks to the database. */}}
{{- define "reelmill.databaseEnv" -}}
- name: REELMILL_DATABASE_URL
  valueFrom:
    secretKeyRef: {name: {{ include "reelmill.databaseSecret" . }}, key: api-url}
- name: REELMILL_SYSTEM_DATABASE_URL
  valueFrom:
    secretKeyRef: {name: {{ include "reelmill.databaseSecret" . }}, key: system-url}
{{- end }}

{{- define "reelmill.storeEnv" -}}
{{- $trial := .Values.trial.enabled -}}
- name: AWS_REGION
  value: {{ .Values.s3.region | quote }}
- name: REELMILL_BUCKET_IN
  value: {{ .Values.s3.bucketIn | quote }}
- name: REELMILL_BUCKET_OUT
  value: {{ .Values.s3.bucketOut | quote }}
- name: REELMILL_S3_ADDRESSING_STYLE
  value: {{ ternary "path" .Values.s3.addressingStyle $trial | quote }}
{{- with ternary (include "reelmill.trialS3" .) .Values.s3.endpoint $trial }}
- name: REELMILL_S3_ENDPOINT
  value: {{ . | quote }}
{{- end }}
{{- with ternary .Values.trial.s3PublicEndpoint .Values.s3.publicEndpoint $trial }}
- name: REELMILL_S3_PUBLIC_ENDPOINT
  value: {{ . | quote }}
{{- end }}
{{- with ternary (include "reelmill.trialS3" .) .Values.s3.sts.endpoint $trial }}
- name: REELMILL_STS_ENDPOINT
  value: {{ . | quote }}
{{- end }}
{{- with ternary "arn:aws:iam::role/reelmill" .Values.s3.sts.roleArn $trial }}
- name: REELMILL_STS_ROLE_ARN
  value: {{ . | quote }}
{{- end }}
{{- if and .Values.s3.sts.allowPlainKeys (not $trial) }}
- name: REELMILL_ALLOW_PLAIN_KEYS
  value: "true"
{{- end }}
{{- with include "reelmill.s3Secret" . }}
- name: AWS_ACCESS_KEY_ID
  valueFrom:
    secretKeyRef: {name: {{ . }}, key: access-key-id}
- name: AWS_SECRET_ACCESS_KEY
  valueFrom:
    secretKeyRef: {name: {{ . }}, key: secret-access-key}
{{- end }}
{{- end }}

{{/* How the API starts runners. */}}
{{- define "reelmill.runnerEnv" -}}
{{- $runner := .Values.runner -}}
- name: REELMILL_EXECUTOR
  value: kubernetes
- name: REELMILL_KUBERNETES_NAMESPACE
  value: {{ include "reelmill.runnerNamespace" . | quote }}
- name: REELMILL_KUBERNETES_INSTANCE
  value: {{ .Release.Name | quote }}
- name: REELMILL_KUBERNETES_IMAGE
  value: {{ include "reelmill.imageOf" (dict "root" . "image" .Values.image.runner) | quote }}
- name: REELMILL_KUBERNETES_IMAGE_PULL_POLICY
  value: {{ .Values.image.pullPolicy | quote }}
- name: REELMILL_KUBERNETES_SERVICE_ACCOUNT
  value: {{ include "reelmill.fullname" . }}-runner
- name: REELMILL_KUBERNETES_AUDIENCE
  value: {{ printf "%s.%s/runner" .Release.Name .Release.Namespace | quote }}
- name: REELMILL_KUBERNETES_CALLBACK_URL
  value: {{ include "reelmill.callbackUrl" . | quote }}
- name: REELMILL_KUBERNETES_MAX_LIVE_JOBS
  value: {{ int $runner.maxLiveJobs | quote }}
- name: REELMILL_KUBERNETES_RESOURCE_SCALE
  value: {{ $runner.resourceScale | quote }}
- name: REELMILL_KUBERNETES_MEMORY_LIMIT
  value: {{ $runner.memoryLimit | quote }}
- name: REELMILL_KUBERNETES_START_TIMEOUT
  value: {{ int $runner.startTimeoutSeconds | quote }}
- name: REELMILL_KUBERNETES_IMAGE_TIMEOUT
  value: {{ int $runner.imageTimeoutSeconds | quote }}
- name: REELMILL_KUBERNETES_GRACE_SECONDS
  value: {{ int $runner.graceSeconds | quote }}
{{- $texts := dict "QUEUE_NAME" $runner.queueName "PRIORITY_CLASS" $runner.priorityClassName "PROBE_PRIORITY_CLASS" $runner.probePriorityClassName "RUNTIME_CLASS" $runner.runtimeClassName }}
{{- range $name, $value := $texts }}
{{- if $value }}
- name: REELMILL_KUBERNETES_{{ $name }}
  value: {{ $value | quote }}
{{- end }}
{{- end }}
{{- $presets := dict }}
{{- range $preset, $resources := $runner.presetResources }}
{{- $plain := dict }}
{{- range $name, $quantity := $resources }}
{{- $_ := set $plain $name (include "reelmill.text" $quantity) }}
{{- end }}
{{- $_ := set $presets $preset $plain }}
{{- end }}
{{- $lists := dict "IMAGE_PULL_SECRETS" .Values.image.pullSecrets "NODE_SELECTOR" $runner.nodeSelector "TOLERATIONS" $runner.tolerations "ENV" $runner.env "PRESET_RESOURCES" $presets }}
{{- range $name, $value := $lists }}
{{- if $value }}
- name: REELMILL_KUBERNETES_{{ $name }}
  value: {{ $value | toJson | quote }}
{{- end }}
{{- end }}
{{- end }}
