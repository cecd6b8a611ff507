# Defaults for mock_provider "novacron". Copy this file into a folder of your
# configuration, and pass the folder as its source. Written by make generate.

mock_resource "novacron_vm" {
  defaults = {
    id               = "vm_01jd3v6t7re3h8z9k2m4n5p6q7"
    cpu_cores        = 4
    memory_gb        = 8
    disk_gb          = 100
    network_id       = "net_01jd3v6t7re3h8z9k2m4n5p6q7"
    firmware         = "uefi"
    power_state      = "running"
    priority         = 50
    restart_policy   = "on-failure"
    template_version = 3
    node             = "node-01"
    ip_address       = "10.0.14.7"
    mac_address      = "02:1c:42:9a:5e:07"
    cost_per_hour    = 0.21
    status           = "running"
  }
}

mock_resource "novacron_vm_group" {
  defaults = {
    id              = "vmg_01jd3v6t7re3h8z9k2m4n5p6q7"
    max_unavailable = 1
    size            = 3
    ready_size      = 3
    cost_per_hour   = 0.42
    status          = "ready"
  }
}

mock_resource "novacron_network" {
  defaults = {
    id = "net_01jd3v6t7re3h8z9k2m4n5p6q7"
  }
}

mock_resource "novacron_security_group" {
  defaults = {
    id = "sg_01jd3v6t7re3h8z9k2m4n5p6q7"
  }
}

mock_resource "novacron_storage" {
  defaults = {
    id            = "vol_01jd3v6t7re3h8z9k2m4n5p6q7"
    type          = "ssd"
    cost_per_hour = 0.02
    status        = "attached"
  }
}

mock_resource "novacron_snapshot" {
  defaults = {
    id      = "snap_01jd3v6t7re3h8z9k2m4n5p6q7"
    size_gb = 500
    node    = "node-01"
    status  = "ready"
  }
}

mock_resource "novacron_template" {
  defaults = {
    id           = "tpl_01jd3v6t7re3h8z9k2m4n5p6q7"
    firmware     = "bios"
    architecture = "x86_64"
    disk_gb_min  = 1
    version      = 3
  }
}

mock_resource "novacron_ssh_key" {
  defaults = {
    id          = "ssh_01jd3v6t7re3h8z9k2m4n5p6q7"
    fingerprint = "SHA256:c9vPc3NfWhPywI+OR3E9+woJbuAnoyMOCWaMGgIytDU"
    key_type    = "ssh-ed25519"
  }
}

mock_resource "novacron_policy" {
  defaults = {
    id               = "pol_01jd3v6t7re3h8z9k2m4n5p6q7"
    enforcement_mode = "block"
    rego_version     = "v1"
    version          = 1
  }
}

mock_resource "novacron_orchestration_policy" {
  defaults = {
    id        = "orc_01jd3v6t7re3h8z9k2m4n5p6q7"
    name      = "spread"
    namespace = "production"
    priority  = 0
    version   = 1
  }
}

mock_resource "novacron_tenant" {
  defaults = {
    id         = "tnt_01jd3v6t7re3h8z9k2m4n5p6q7"
    created_at = "2026-01-01T12:00:00.000Z"
    created_by = "admin"
  }
}

mock_resource "novacron_role" {
  defaults = {
    id         = "role_01jd3v6t7re3h8z9k2m4n5p6q7"
    created_at = "2026-01-01T12:00:00.000Z"
    created_by = "admin"
  }
}

mock_resource "novacron_reservation" {
  defaults = {
    id         = "rsv_01jd3v6t7re3h8z9k2m4n5p6q7"
    node       = "node-1"
    node_id    = "node_01jd3v6t7re3h8z9k2m4n5p6q7"
    deadline   = "2026-01-01T12:00:00.000Z"
    created_at = "2026-01-01T12:00:00.000Z"
    created_by = "admin"
  }
}

mock_resource "novacron_policy_waiver" {
  defaults = {
    id         = "pwv_01jd3v6t7re3h8z9k2m4n5p6q7"
    policy     = "max-cpu"
    created_at = "2026-01-01T12:00:00.000Z"
    created_by = "admin"
  }
}

mock_resource "novacron_policy_data" {
  defaults = {
    id         = "pdat_01jd3v6t7re3h8z9k2m4n5p6q7"
    version    = 1
    created_at = "2026-01-01T12:00:00.000Z"
    created_by = "admin"
  }
}

mock_resource "novacron_workflow" {
  defaults = {
    id         = "wf_01jd3v6t7re3h8z9k2m4n5p6q7"
    name       = "restart"
    kind       = "workflow"
    version    = 1
    digest     = "3b0c44298fc1"
    created_at = "2026-01-01T12:00:00.000Z"
    created_by = "admin"
  }
}

mock_resource "novacron_price_list" {
  defaults = {
    id         = "plst_01jd3v6t7re3h8z9k2m4n5p6q7"
    valid_from = "2026-01-01T12:00:00.000Z"
    created_at = "2026-01-01T12:00:00.000Z"
    created_by = "admin"
  }
}

mock_resource "novacron_budget" {
  defaults = {
    id          = "bud_01jd3v6t7re3h8z9k2m4n5p6q7"
    tenant_id   = "tnt_01jd3v6t7re3h8z9k2m4n5p6q7"
    warn_ratio  = 0.8
    alert_ratio = 0.95
    enforcement = "warn"
    created_at  = "2026-01-01T12:00:00.000Z"
    created_by  = "admin"
  }
}

mock_resource "novacron_gitops_application" {
  defaults = {
    id                 = "gapp_01jd3v6t7re3h8z9k2m4n5p6q7"
    path               = "."
    target_revision    = "HEAD"
    source             = "terraform"
    programs           = "refuse"
    poll_every         = "3m"
    prune_count_max    = 10
    prune_ratio_max    = 0.1
    approval           = "gated"
    approvals_required = 1
    approval_expires   = "24h"
    workflow_id        = "wf_01jd3v6t7re3h8z9k2m4n5p6q7"
    created_at         = "2026-01-01T12:00:00.000Z"
    created_by         = "admin"
  }
}

mock_data "novacron_vm" {
  defaults = {
    id                     = "vm_01jd3v6t7re3h8z9k2m4n5p6q7"
    name                   = "web-server-01"
    cpu_cores              = 4
    memory_gb              = 8
    disk_gb                = 100
    network_id             = "net_01jd3v6t7re3h8z9k2m4n5p6q7"
    template_id            = "tpl_01jd3v6t7re3h8z9k2m4n5p6q7"
    reimage_trigger        = "debian-12.8"
    anti_affinity          = "web"
    firmware               = "uefi"
    guest_os               = "windows"
    drivers_image          = "uploaded:0000000000000000000000000000000000000000000000000000000000000000.iso"
    drivers_image_checksum = "sha256:0000000000000000000000000000000000000000000000000000000000000000"
    power_state            = "running"
    priority               = 50
    description            = "Serves the shop."
    user_data              = "#cloud-config"
    user_data_wo_version   = 1
    password_wo_version    = 1
    unattend_wo_version    = 1
    restart_policy         = "on-failure"
    template_version       = 3
    node                   = "node-01"
    ip_address             = "10.0.14.7"
    mac_address            = "02:1c:42:9a:5e:07"
    cost_per_hour          = 0.21
    status                 = "running"
  }
}

mock_data "novacron_vm_group" {
  defaults = {
    id              = "vmg_01jd3v6t7re3h8z9k2m4n5p6q7"
    name            = "web"
    min_size        = 2
    max_size        = 10
    desired_size    = 3
    spread          = "zone"
    anti_affinity   = "node"
    max_unavailable = 1
    size            = 3
    ready_size      = 3
    cost_per_hour   = 0.42
    status          = "ready"
  }
}

mock_data "novacron_network" {
  defaults = {
    id            = "net_01jd3v6t7re3h8z9k2m4n5p6q7"
    name          = "production-network"
    cidr          = "10.0.0.0/16"
    address_class = "public"
  }
}

mock_data "novacron_security_group" {
  defaults = {
    id          = "sg_01jd3v6t7re3h8z9k2m4n5p6q7"
    name        = "web"
    description = "Web servers that are open to everyone"
  }
}

mock_data "novacron_storage" {
  defaults = {
    id                 = "vol_01jd3v6t7re3h8z9k2m4n5p6q7"
    name               = "data-volume"
    size_gb            = 500
    type               = "ssd"
    attached_to        = "vm_01jd3v6t7re3h8z9k2m4n5p6q7"
    source_snapshot_id = "snap_01jd3v6t7re3h8z9k2m4n5p6q7"
    cost_per_hour      = 0.02
    status             = "attached"
  }
}

mock_data "novacron_snapshot" {
  defaults = {
    id          = "snap_01jd3v6t7re3h8z9k2m4n5p6q7"
    name        = "before-upgrade"
    volume_id   = "vol_01jd3v6t7re3h8z9k2m4n5p6q7"
    description = "Before the upgrade to 2.0"
    size_gb     = 500
    node        = "node-01"
    status      = "ready"
  }
}

mock_data "novacron_template" {
  defaults = {
    id             = "tpl_01jd3v6t7re3h8z9k2m4n5p6q7"
    name           = "web-base"
    image          = "builtin:debian-12"
    image_checksum = "sha256:0000000000000000000000000000000000000000000000000000000000000000"
    firmware       = "bios"
    architecture   = "x86_64"
    os             = "debian"
    os_version     = "12"
    disk_gb_min    = 1
    cpu_cores      = 2
    memory_gb      = 4
    disk_gb        = 20
    network_id     = "net_01jd3v6t7re3h8z9k2m4n5p6q7"
    user_data      = "#cloud-config\npackages: [nginx]\n"
    description    = "What our web servers start from"
    version        = 3
  }
}

mock_data "novacron_ssh_key" {
  defaults = {
    id          = "ssh_01jd3v6t7re3h8z9k2m4n5p6q7"
    name        = "ann"
    public_key  = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGm9fTk2kxL1rjc0Jw7Vf0dN9Q1p0r3v5b7n9m1k3j5h me"
    fingerprint = "SHA256:c9vPc3NfWhPywI+OR3E9+woJbuAnoyMOCWaMGgIytDU"
    key_type    = "ssh-ed25519"
  }
}

mock_data "novacron_policy" {
  defaults = {
    id               = "pol_01jd3v6t7re3h8z9k2m4n5p6q7"
    name             = "VM Access Policy"
    type             = "access"
    enforcement_mode = "block"
    rule             = "package novacron\n\nallow if input.subject.role == \"admin\"\n"
    scope            = "namespace/production"
    priority         = 10
    active_from      = "2026-12-01T08:00:00Z"
    rego_version     = "v1"
    version          = 1
  }
}

mock_data "novacron_orchestration_policy" {
  defaults = {
    id        = "orc_01jd3v6t7re3h8z9k2m4n5p6q7"
    name      = "spread"
    document  = "policy spread\n  for vm where tier=web\n  rule r: placement\n    then schedule mode=hard\n"
    namespace = "production"
    priority  = 0
    version   = 1
  }
}

mock_data "novacron_tenant" {
  defaults = {
    id          = "tnt_01jd3v6t7re3h8z9k2m4n5p6q7"
    name        = "research"
    description = "Models and their data"
    created_at  = "2026-01-01T12:00:00.000Z"
    created_by  = "admin"
  }
}

mock_data "novacron_role" {
  defaults = {
    id          = "role_01jd3v6t7re3h8z9k2m4n5p6q7"
    name        = "deployer"
    description = "Models and their data"
    created_at  = "2026-01-01T12:00:00.000Z"
    created_by  = "admin"
  }
}

mock_data "novacron_reservation" {
  defaults = {
    id            = "rsv_01jd3v6t7re3h8z9k2m4n5p6q7"
    name          = "release-day"
    cpu_cores     = 4
    memory_gb     = 8
    disk_gb       = 100
    ttl_seconds   = 86400
    anti_affinity = "web"
    node          = "node-1"
    node_id       = "node_01jd3v6t7re3h8z9k2m4n5p6q7"
    deadline      = "2026-01-01T12:00:00.000Z"
    created_at    = "2026-01-01T12:00:00.000Z"
    created_by    = "admin"
  }
}

mock_data "novacron_policy_waiver" {
  defaults = {
    policy_id            = "pol_01jd3v6t7re3h8z9k2m4n5p6q7"
    check                = "NC-VM-017"
    resource_kind        = "vm"
    resource_name        = "build-01"
    owner                = "ana"
    reason               = "Migration"
    compensating_control = "No route leads to it"
    expires_at           = "2026-01-01T12:00:00.000Z"
    policy               = "max-cpu"
    created_at           = "2026-01-01T12:00:00.000Z"
    created_by           = "admin"
  }
}

mock_data "novacron_policy_data" {
  defaults = {
    id         = "pdat_01jd3v6t7re3h8z9k2m4n5p6q7"
    path       = "limits.teams"
    document   = "{\"web\":{\"cores\":4}}"
    version    = 1
    created_at = "2026-01-01T12:00:00.000Z"
    created_by = "admin"
  }
}

mock_data "novacron_workflow" {
  defaults = {
    id         = "wf_01jd3v6t7re3h8z9k2m4n5p6q7"
    name       = "restart"
    text       = "name: restart\nsteps:\n  - { id: pause, wait: 1s }\n"
    kind       = "workflow"
    version    = 1
    digest     = "3b0c44298fc1"
    created_at = "2026-01-01T12:00:00.000Z"
    created_by = "admin"
  }
}

mock_data "novacron_price_list" {
  defaults = {
    id          = "plst_01jd3v6t7re3h8z9k2m4n5p6q7"
    name        = "standard"
    currency    = "EUR"
    description = "Models and their data"
    valid_from  = "2026-01-01T12:00:00.000Z"
    snapshot_gb = 0.0001
    image_gb    = 0.0001
    created_at  = "2026-01-01T12:00:00.000Z"
    created_by  = "admin"
  }
}

mock_data "novacron_budget" {
  defaults = {
    id            = "bud_01jd3v6t7re3h8z9k2m4n5p6q7"
    name          = "research"
    tenant_id     = "tnt_01jd3v6t7re3h8z9k2m4n5p6q7"
    description   = "Models and their data"
    hourly_limit  = 500
    monthly_limit = 15000
    warn_ratio    = 0.8
    alert_ratio   = 0.95
    enforcement   = "warn"
    created_at    = "2026-01-01T12:00:00.000Z"
    created_by    = "admin"
  }
}

mock_data "novacron_gitops_application" {
  defaults = {
    id                 = "gapp_01jd3v6t7re3h8z9k2m4n5p6q7"
    name               = "web"
    description        = "Models and their data"
    repository         = "https://git.example.com/infra.git"
    path               = "."
    target_revision    = "HEAD"
    source             = "terraform"
    environment        = "production"
    promote_from       = "web-staging"
    run_as             = "deployer"
    credential         = "git-token"
    known_hosts        = "git.example.com ssh-ed25519 AAAA"
    allowed_signers    = "ann@example.com ssh-ed25519 AAAA"
    gpg_keys           = "-----BEGIN PGP PUBLIC KEY BLOCK-----"
    programs           = "refuse"
    state              = "web"
    webhook            = "github"
    poll_every         = "3m"
    prune_count_max    = 10
    prune_ratio_max    = 0.1
    approval           = "gated"
    approvals_required = 1
    approval_expires   = "24h"
    before_workflow    = "check-traffic"
    after_workflow     = "smoke-test"
    failed_workflow    = "call-for-help"
    workflow_id        = "wf_01jd3v6t7re3h8z9k2m4n5p6q7"
    created_at         = "2026-01-01T12:00:00.000Z"
    created_by         = "admin"
  }
}

mock_data "novacron_node" {
  defaults = {
    id = "node_01jd3v6t7re3h8z9k2m4n5p6q7"
  }
}

mock_data "novacron_drift_report" {
  defaults = {
    clean = true
  }
}
