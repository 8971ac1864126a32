/** More than an application needs to resolve names is of no use to whoever gets hold of a probe. The user's number is distroless images' `nonroot`. */
export const nothingBeyondResolving = {
  runAsNonRoot: true,
  runAsUser: 65532,
  runAsGroup: 65532,
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
  seccompProfile: { type: 'RuntimeDefault' },
};
