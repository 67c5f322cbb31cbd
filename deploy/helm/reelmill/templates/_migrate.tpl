{{/* A Job that migrates. Argument: dict "root" $ "name" "migrate-pre" "phases" (list "pre") "annotations" (dict) */}}
{{- define "reelmill.migration" -}}
{{- $root := .root -}}
{{- $labels := dict "root" $root "component" "migrate" -}}
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ include "reelmill.fullname" $root }}-{{ .name }}
  namespace: {{ $root.Release.Namespace }}
  labels:
    {{- include "reelmill.labels" $labels | nindent 4 }}
  {{- with .annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  backoffLimit: 3
  activeDeadlineSeconds: {{ $root.Values.migrations.deadlineSeconds }}
  template:
    metadata:
      labels:
        {{- include "reelmill.labels" $labels | nindent 8 }}
    spec:
      serviceAccountName: {{ include "reelmill.fullname" $root }}-migrate
      # For the Secret of the first key.
      automountServiceAccountToken: {{ not $root.Values.firstKey.existingSecret }}
      enableServiceLinks: false
      restartPolicy: Never
      {{- include "reelmill.pullSecrets" $root | nindent 6 }}
      securityContext:
        {{- include "reelmill.podSecurity" $root | nindent 8 }}
      containers:
        - name: migrate
          image: {{ include "reelmill.apiImage" $root | quote }}
          imagePullPolicy: {{ $root.Values.image.pullPolicy }}
          args:
            - api.migrate
            - --wait
            - {{ int $root.Values.migrations.waitSeconds | quote }}
            {{- range .phases }}
            - {{ . }}
            {{- end }}
          env:
            - name: REELMILL_OWNER_DATABASE_URL
              valueFrom:
                secretKeyRef: {name: {{ include "reelmill.databaseSecret" $root }}, key: owner-url}
            {{- include "reelmill.databaseEnv" $root | nindent 12 }}
            {{- if $root.Values.firstKey.existingSecret }}
            - name: REELMILL_FIRST_KEY
              valueFrom:
                secretKeyRef: {name: {{ $root.Values.firstKey.existingSecret }}, key: key}
            {{- else }}
            - name: REELMILL_FIRST_KEY_SECRET
              value: {{ include "reelmill.firstKeySecret" $root }}
            {{- end }}
          securityContext:
            {{- include "reelmill.containerSecurity" $root | nindent 12 }}
          resources:
            {{- toYaml $root.Values.migrations.resources | nindent 12 }}
          volumeMounts:
            - {name: tmp, mountPath: /tmp}
      volumes:
        - name: tmp
          emptyDir: {sizeLimit: 64Mi}
{{- end }}
