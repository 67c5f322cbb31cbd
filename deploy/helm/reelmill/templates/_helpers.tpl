{{/* Names. Service accounts and Services are `<fullname>-api`, `<fullname>-runner`, ... */}}
{{- define "reelmill.fullname" -}}
{{- default .Release.Name .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- end }}

{{- define "reelmill.runnerNamespace" -}}
{{- default .Release.Namespace .Values.runner.namespace -}}
{{- end }}

{{/* Selector labels. Argument: dict "root" $ "component" "api" */}}
{{- define "reelmill.selector" -}}
app.kubernetes.io/name: reelmill
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- define "reelmill.labels" -}}
{{ include "reelmill.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- end }}

{{/* Image reference. Argument: dict "root" $ "image" .Values.image.api */}}
{{- define "reelmill.imageOf" -}}
{{- $registry := .root.Values.image.registry | trimSuffix "/" -}}
{{- with $registry }}{{ . }}/{{ end -}}
{{ .image.repository }}
{{- if .image.digest }}@{{ .image.digest }}{{ else }}:{{ default .root.Chart.AppVersion .image.tag }}{{ end -}}
{{- end }}

{{/* The image of the API: the trial image holds it too, so that a trial loads two images. */}}
{{- define "reelmill.apiImage" -}}
{{- $image := ternary .Values.image.trial .Values.image.api .Values.trial.enabled -}}
{{- include "reelmill.imageOf" (dict "root" . "image" $image) -}}
{{- end }}

{{- define "reelmill.pullSecrets" -}}
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- end }}

{{/* Pod Security "restricted", and a little more. */}}
{{- define "reelmill.podSecurity" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
fsGroupChangePolicy: OnRootMismatch
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{- define "reelmill.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}

{{/* Names of Secrets: yours, or ours. */}}
{{- define "reelmill.databaseSecret" -}}
{{- if .Values.trial.enabled }}{{ include "reelmill.fullname" . }}-trial{{ else }}{{ required "database.existingSecret: name a Secret with api-url, system-url and owner-url, or set trial.enabled=true" .Values.database.existingSecret }}{{ end -}}
{{- end }}

{{- define "reelmill.s3Secret" -}}
{{- if .Values.trial.enabled }}{{ include "reelmill.fullname" . }}-trial{{ else }}{{ .Values.s3.existingSecret }}{{ end -}}
{{- end }}

{{- define "reelmill.secrets" -}}
{{- default (printf "%s-secrets" (include "reelmill.fullname" .)) .Values.secrets.existingSecret -}}
{{- end }}

{{- define "reelmill.firstKeySecret" -}}
{{- default (printf "%s-first-key" (include "reelmill.fullname" .)) .Values.firstKey.existingSecret -}}
{{- end }}

{{/* A field of a Secret that lives in the cluster already, else a fresh value; both base64.
     Argument: dict "held" (data of the Secret or an empty dict) "field" "x" "fresh" "value" */}}
{{- define "reelmill.kept" -}}
{{- $held := get .held .field -}}
{{- if $held }}{{ $held }}{{ else }}{{ .fresh | b64enc }}{{ end -}}
{{- end }}

{{- define "reelmill.trialS3" -}}
http://{{ include "reelmill.fullname" . }}-s3.{{ .Release.Namespace }}.svc:8333
{{- end }}

{{- define "reelmill.callbackUrl" -}}
http://{{ include "reelmill.fullname" . }}-api.{{ .Release.Namespace }}.svc:{{ .Values.service.port }}
{{- end }}

{{/* Mistakes that no schema sees. */}}
{{- define "reelmill.check" -}}
{{- $_ := include "reelmill.databaseSecret" . -}}
{{- if not .Values.trial.enabled -}}
{{- if and (not .Values.s3.sts.roleArn) (not .Values.s3.sts.allowPlainKeys) -}}
{{- fail "s3.sts.roleArn: name the role that runners get narrowed, or set s3.sts.allowPlainKeys=true for a store without STS" -}}
{{- end -}}
{{- if and .Values.s3.sts.allowPlainKeys (not .Values.s3.existingSecret) -}}
{{- fail "s3.sts.allowPlainKeys needs keys: name a Secret in s3.existingSecret" -}}
{{- end -}}
{{- end -}}
{{- if le (int .Values.api.terminationGracePeriodSeconds) (add 5 (int .Values.api.drainSeconds) | int) -}}
{{- fail "api.terminationGracePeriodSeconds must be more than api.drainSeconds + 5" -}}
{{- end -}}
{{- end }}
