# Plans the example without AWS. `release` has the templates, and the folder has a ca.pem.
mock_provider "aws" {}

variables {
  release = "release"
  bucket  = "example-code"
  cluster = {
    name                = "eu"
    api_endpoints       = ["https://redis.eu.example.com:9443"]
    admin_secret_arn    = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:admin-a1b2c3"
    ca_certificate_file = "ca.pem"
  }
}

run "a_stack_for_each_user" {
  command = plan

  variables {
    users = {
      orders = { host = "redis-12000.redis.eu.example.com", port = 12000 }
      default-12001 = {
        host                = "redis-12001.redis.eu.example.com"
        port                = 12001
        existing_secret_arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:default-d4e5f6"
      }
    }
  }

  assert {
    condition     = join(",", keys(aws_cloudformation_stack.user)) == "default-12001,orders"
    error_message = "Each user needs a stack."
  }

  assert {
    condition     = !contains(keys(aws_cloudformation_stack.user["orders"].parameters), "Window")
    error_message = "A parameter without a value must be left out: Terraform would keep a former value."
  }

  assert {
    condition     = length(aws_s3_object.code) == 2
    error_message = "The bucket needs both zip files."
  }

  assert {
    condition     = aws_ssm_parameter.ca_certificate[0].insecure_value == file("ca.pem")
    error_message = "The parameter needs the certificates."
  }
}

run "no_certificates" {
  command = plan

  variables {
    users = {}
    cluster = {
      name             = "eu"
      api_endpoints    = ["https://redis.eu.example.com:9443"]
      admin_secret_arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:admin-a1b2c3"
    }
  }

  assert {
    condition     = length(aws_ssm_parameter.ca_certificate) == 0
    error_message = "A public CA needs no parameter."
  }
}

run "the_user_default" {
  command = plan

  variables {
    users = { default = { host = "redis-12000.redis.eu.example.com", port = 12000 } }
  }

  expect_failures = [var.users]
}
