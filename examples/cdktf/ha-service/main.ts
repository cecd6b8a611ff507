import {
  AllStacks,
  CostAspect,
  HighlyAvailableService,
  LabelsAspect,
  NovacronProvider,
  Size,
} from '@novacron/constructs';
import { App, TerraformStack } from 'cdktf';

const app = new App();
const stack = new TerraformStack(app, 'ha');
new NovacronProvider(stack, 'novacron');

new HighlyAvailableService(stack, 'api', {
  cpuCores: 2,
  memory: Size.gibibytes(4),
  disk: Size.gibibytes(20),
});

const all = AllStacks.of(app);
all.add(new LabelsAspect({ owner: 'platform', environment: 'staging' }));
all.add(new CostAspect({ cpuCore: 0.02, memoryGib: 0.005, diskGib: 0.0001, monthlyBudget: 200 }));
app.synth();
