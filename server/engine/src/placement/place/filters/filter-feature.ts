import type { Filter } from '../model/rule.ts';

/** Rejects a node whose hypervisor lacks a feature that the VM uses. */
export const filterFeature: Filter = ({ features = [] }, { vm }) => {
  const feature = vm.features?.find((each) => !features.includes(each));
  return feature === undefined ? undefined : { reason: 'feature', feature };
};
