/** Virtual machines: the resource table's rows of kind `vm` and their requests. */
import { z } from 'zod';
import { VmId } from '../../ids.ts';
import { createShape, specShape, updateShape } from '../../schema/field.ts';
import { resourceSchema } from '../../schema/resource.ts';
import { VM_GUEST_FIELDS } from './vm-guest-fields.ts';
import { VM_HEALING_FIELDS, VM_LIFE_FIELDS } from './vm-life-fields.ts';
import { VM_MACHINE_FIELDS } from './vm-machine-fields.ts';
import { VM_REPORTED_FIELDS } from './vm-reported-fields.ts';

/** The resource table of VMs, one row a field, in the order in which documents list them. */
export const VM_FIELDS = {
  ...VM_MACHINE_FIELDS,
  ...VM_LIFE_FIELDS,
  ...VM_GUEST_FIELDS,
  ...VM_HEALING_FIELDS,
  ...VM_REPORTED_FIELDS,
} as const;

/** A VM as answers carry it. */
export const Vm = resourceSchema(VmId, VM_FIELDS);
export type Vm = z.infer<typeof Vm>;

/** The desired state of a VM: the fields that people set. */
export const VmSpec = z.looseObject(specShape(VM_FIELDS));
export type VmSpec = z.infer<typeof VmSpec>;

/** Fields of requests to create and to update a VM. */
export const VmCreate = z.strictObject(createShape(VM_FIELDS));
export const VmUpdate = z.strictObject(updateShape(VM_FIELDS));
