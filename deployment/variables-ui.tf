# Holds every variable whose name begins with ui_: what the page says. No resource reads it: it reaches the page by `make ui-config`.

variable "ui_branding" {
  description = <<-TEXT
    What the organisation says on the page; what is left out is not shown. notice and banner by language tag, such as en or pt-BR:
    what to know before asking (which data may be entered), and the classification above everything. suggestions: questions by language.
  TEXT
  type = object({
    product_name = optional(string)
    notice       = optional(map(string))
    banner       = optional(map(string))
    policy_url   = optional(string)
    support_url  = optional(string)
    model_name   = optional(string)
    suggestions  = optional(map(list(string)))
  })
  default = null

  validation {
    condition = alltrue([
      for url in [try(var.ui_branding.policy_url, null), try(var.ui_branding.support_url, null)] :
      url == null || can(regex("^(https://[^\\s/]+|mailto:[^\\s@]+@[^\\s@]+)", url))
    ])
    error_message = "ui_branding: policy_url and support_url must begin with https:// or mailto:."
  }
}
