// What a schemactl-generate wrote that is newer than the runtime.

const _: () = ::schemactl_runtime::__private::require_abi(2);
