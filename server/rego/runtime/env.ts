// What the host gives the module. The file's name is the import's module name, which OPA's ABI
// wants to be "env".

/** Aborts the evaluation; `message` points at a NUL-terminated text. */
export declare function opa_abort(message: usize): void;

/** Calls the host's builtin `id` with one value; 0 means that it has no result. */
export declare function opa_builtin1(id: i32, context: i32, argument: usize): usize;
