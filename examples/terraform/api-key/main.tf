# Every run creates its own key and revokes it: neither the plan nor the state has it.
ephemeral "novacron_api_key" "run" {
  role             = "operator"
  expires_in_hours = 2
}

provider "novacron" {
  alias   = "run"
  api_key = ephemeral.novacron_api_key.run.key
}

resource "novacron_network" "made" {
  provider = novacron.run

  name = "made-with-a-key"
  cidr = "10.61.0.0/24"
}
