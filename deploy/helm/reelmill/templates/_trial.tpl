{{/* PostgreSQL or the store out of the trial image.
     Argument: dict "root" $ "part" "postgres" "port" 5432 "grace" 40 "secrets" (dict VARIABLE key) "env" (dict VARIABLE value) */}}
{{- define "reelmill.trialPart" -}}
{{- $root := .root -}}
{{- $trial := $root.Values.trial -}}
{{- $own := get $trial .part -}}
{{- $labels := dict "root" $root "component" .part -}}
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: {{ include "reelmill.fullname" $root }}-{{ .part }}
  namespace: {{ $root.Release.Namespace }}
  labels:
    {{- include "reelmill.labels" $labels | nindent 4 }}
spec:
  replicas: 1
  serviceName: {{ include "reelmill.fullname" $root }}-{{ .part }}
  selector:
    matchLabels:
      {{- include "reelmill.selector" $labels | nindent 6 }}
  {{- if $trial.persistence.enabled }}
  persistentVolumeClaimRetentionPolicy:
    whenDeleted: {{ ternary "Retain" "Delete" $trial.persistence.keep }}
    whenScaled: Retain
  volumeClaimTemplates:
    - metadata:
        name: data
      spec:
        accessModes: [ReadWriteOnce]
        {{- with $trial.persistence.storageClass }}
        storageClassName: {{ . }}
        {{- end }}
        resources:
          requests:
            storage: {{ $own.size }}
  {{- end }}
  template:
    metadata:
      labels:
        {{- include "reelmill.labels" $labels | nindent 8 }}
    spec:
      automountServiceAccountToken: false
      enableServiceLinks: false
      terminationGracePeriodSeconds: {{ .grace }}
      {{- include "reelmill.pullSecrets" $root | nindent 6 }}
      securityContext:
        {{- include "reelmill.podSecurity" $root | nindent 8 }}
      containers:
        - name: {{ .part }}
          image: {{ include "reelmill.imageOf" (dict "root" $root "image" $root.Values.image.trial) | quote }}
          imagePullPolicy: {{ $root.Values.image.pullPolicy }}
          args: [local.trial, {{ .part }}]
          ports:
            - {name: {{ .part }}, containerPort: {{ .port }}, protocol: TCP}
          env:
            - {name: REELMILL_HOME, value: /data}
            {{- range $name, $value := .env }}
            - name: {{ $name }}
              value: {{ $value | quote }}
            {{- end }}
            {{- range $name, $key := .secrets }}
            - name: {{ $name }}
              valueFrom:
                secretKeyRef: {name: {{ include "reelmill.fullname" $root }}-trial, key: {{ $key }}}
            {{- end }}
          securityContext:
            {{- include "reelmill.containerSecurity" $root | nindent 12 }}
          resources:
            {{- toYaml $own.resources | nindent 12 }}
          # The port answers before roles and buckets are there; then this file appears. Whoever
          # enforces the network policies need not let the node in. No readinessProbe: the file
          # stays, so that one could only be late, and there is no other pod to turn to.
          startupProbe:
            exec: {command: [test, -f, /tmp/ready]}
            periodSeconds: 1
            timeoutSeconds: 5
            failureThreshold: 240
          volumeMounts:
            - {name: data, mountPath: /data}
            - {name: tmp, mountPath: /tmp}
      volumes:
        - name: tmp
          emptyDir: {}
        {{- if not $trial.persistence.enabled }}
        - name: data
          emptyDir:
            sizeLimit: {{ $own.size }}
        {{- end }}
{{- end }}

{{/* Argument: dict "root" $ "part" "s3" "port" 8333 "service" (dict "type" .. "nodePort" ..) */}}
{{- define "reelmill.trialService" -}}
{{- $labels := dict "root" .root "component" .part -}}
apiVersion: v1
kind: Service
metadata:
  name: {{ include "reelmill.fullname" .root }}-{{ .part }}
  namespace: {{ .root.Release.Namespace }}
  labels:
    {{- include "reelmill.labels" $labels | nindent 4 }}
spec:
  type: {{ .service.type }}
  selector:
    {{- include "reelmill.selector" $labels | nindent 4 }}
  ports:
    - name: {{ .part }}
      port: {{ .port }}
      targetPort: {{ .part }}
      protocol: TCP
      {{- if and .service.nodePort (ne .service.type "ClusterIP") }}
      nodePort: {{ .service.nodePort }}
      {{- end }}
{{- end }}
