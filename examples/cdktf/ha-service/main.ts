import {
  Action,
  AllStacks,
  Condition,
  CostAspect,
  Duration,
  HighlyAvailableService,
  LabelsAspect,
  NovacronProvider,
  OrchestrationPolicy,
  Size,
  Template,
  TemplateImage,
} from '@novacron/constructs';
import { App, TerraformStack } from 'cdktf';

const app = new App();
const stack = new TerraformStack(app, 'ha');
new NovacronProvider(stack, 'novacron');

const service = new HighlyAvailableService(stack, 'api', {
  cpuCores: 2,
  memory: Size.gibibytes(4),
  disk: Size.gibibytes(20),
  template: new Template(stack, 'base', { image: TemplateImage.builtIn('debian-12') }),
});

const load = Condition.metric('cpu_usage');
const delay = Duration.minutes(5);
const scaling = new OrchestrationPolicy(stack, 'scaling', {
  rules: [
    { conditions: [load.isMoreThan(0.7)], actions: [Action.scaleUp({ count: 1 })] },
    { conditions: [load.isLessThan(0.2)], actions: [Action.scaleDown({ count: 1, delay })] },
  ],
});
scaling.bind(service.group);

const all = AllStacks.of(app);
all.add(new LabelsAspect({ owner: 'platform', environment: 'staging' }));
all.add(new CostAspect({ priceList: 'prices.json', monthlyBudget: 200 }));
app.synth();
