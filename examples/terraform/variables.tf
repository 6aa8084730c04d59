variable "release" {
  description = "The folder with the templates and the zip files of the release."
  type        = string
}

variable "bucket" {
  description = "An existing S3 bucket of this Region, for the code of the function."
  type        = string
}

variable "prefix" {
  description = "The folder in the bucket, with a slash at the end."
  type        = string
  default     = "redis-enterprise-rotation/"
}

variable "name" {
  description = "The name of the stack, and the start of the names of users' stacks."
  type        = string
  default     = "redis-enterprise-rotation"
}

variable "cluster" {
  description = "The Redis Enterprise cluster. The administrator's secret exists already."
  type = object({
    name                = string
    api_endpoints       = list(string)
    admin_secret_arn    = string
    ca_certificate_file = optional(string)
    database_hosts      = optional(list(string), [])
  })
}

variable "users" {
  description = <<-TEXT
    The existing Redis Enterprise users by name. Terraform ignores a misspelt attribute.
    schedule: rate(30 days), or cron(0 3 ? * SUN#1 *) in UTC. window: such as 3h.
    other_endpoints: further databases, host:port. extra_fields: a JSON object, as text.
    email: the login to the REST API, if it is not the username. tls: false for plain TCP.
    existing_secret_arn: a secret that exists. encryption_key_arn: the key of a new secret.
    clusters: the names of the user's clusters. login: admin, with a client certificate only.
  TEXT
  type = map(object({
    host                = string
    port                = number
    tls                 = optional(bool, true)
    other_endpoints     = optional(list(string), [])
    schedule            = optional(string, "rate(30 days)")
    window              = optional(string, "")
    extra_fields        = optional(string, "{}")
    email               = optional(string, "")
    login               = optional(string, "")
    clusters            = optional(list(string), [])
    encryption_key_arn  = optional(string, "")
    existing_secret_arn = optional(string, "")
  }))

  validation {
    condition     = !contains(keys(var.users), "default")
    error_message = "The user default needs an entry with another name, such as default-12001, with the ARN of its tagged secret as existing_secret_arn."
  }

  validation {
    condition     = length(distinct([for name in keys(var.users) : replace(name, "/[^A-Za-z0-9]/", "-")])) == length(var.users)
    error_message = "The stacks of two users would have the same name: their names differ only in punctuation."
  }
}

variable "subnet_ids" {
  description = "The subnets of the function. Empty: it runs outside a VPC."
  type        = list(string)
  default     = []
}

variable "security_group_ids" {
  description = "The security groups of the function, if it has subnets."
  type        = list(string)
  default     = []
}

variable "encryption_key_arns" {
  description = "The customer managed keys of all secrets: of users, administrators and client certificates."
  type        = list(string)
  default     = []
}

variable "alarm_topic_arn" {
  description = "The SNS topic for alarms. Empty: alarms notify nobody."
  type        = string
  default     = ""
}
