// What a schemactl-generate wrote that is older than the runtime.
const _: () = ::schemactl_runtime::__private::require_abi(0);
