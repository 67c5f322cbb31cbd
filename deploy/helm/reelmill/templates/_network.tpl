{{- define "reelmill.dnsTo" -}}
{{- if .Values.networkPolicy.dnsTo -}}
{{- toYaml .Values.networkPolicy.dnsTo -}}
{{- else -}}
- namespaceSelector:
    matchLabels:
      kubernetes.io/metadata.name: kube-system
{{- end -}}
{{- end }}

{{/* Where the store is: the trial's pod, your peers, or every public address. */}}
{{- define "reelmill.storeTo" -}}
{{- if .Values.trial.enabled -}}
- namespaceSelector:
    matchLabels:
      kubernetes.io/metadata.name: {{ .Release.Namespace }}
  podSelector:
    matchLabels:
      {{- include "reelmill.selector" (dict "root" . "component" "s3") | nindent 6 }}
{{- else if .Values.networkPolicy.s3To -}}
{{- toYaml .Values.networkPolicy.s3To -}}
{{- else -}}
- ipBlock:
    cidr: 0.0.0.0/0
    # Private addresses, and those where clouds hand out credentials.
    except: [10.0.0.0/8, 100.64.0.0/10, 127.0.0.0/8, 169.254.0.0/16, 172.16.0.0/12, 192.168.0.0/16]
- ipBlock:
    cidr: "::/0"
    except: ["::1/128", "fc00::/7", "fe80::/10"]
{{- end -}}
{{- end }}
