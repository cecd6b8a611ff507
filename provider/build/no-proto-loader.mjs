/** Stands for @grpc/proto-loader in the bundle: our services are generated code. */
const refuse = () => {
  throw new Error('this build does not load .proto files at run time');
};

export const loadSync = refuse;
export const load = refuse;
export const loadFileDescriptorSetFromBuffer = refuse;
export const loadFileDescriptorSetFromObject = refuse;
export const isAnyExtension = () => false;
