const _: () = ::schemactl_runtime::__private::require_abi(1);
