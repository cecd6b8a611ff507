// Plans the pull requests of a multibranch pipeline, with one comment and a status. A pull request is
// applied after it was approved at the code host and its apply was confirmed in Jenkins.
// Pull requests of forks are not planned: this file would be theirs.
pipeline {
  agent none
  options {
    disableConcurrentBuilds()
  }
  environment {
    NOVACRON_ENDPOINT = 'https://novacron.example:7480'
    // For Forgejo, the address ends with /api/v1. For GitLab, set CI_API_V4_URL, CI_PROJECT_ID and
    // GITLAB_TOKEN instead.
    GITHUB_API_URL = 'https://api.github.com'
    GITHUB_REPOSITORY = 'team/infra'
  }
  stages {
    stage('Plan') {
      when {
        changeRequest()
        expression { env.CHANGE_FORK == null }
      }
      // A node with Node 20.19 or later, Git, Terraform, and the packages of NovaCron.
      agent { label 'terraform' }
      environment {
        GITHUB_TOKEN = credentials('code-host-token')
        NOVACRON_API_KEY = credentials('novacron-plan-key')
      }
      steps {
        withCredentials([gitUsernamePassword(credentialsId: 'code-host')]) {
          sh 'git fetch --unshallow origin || true'
          sh 'novacron pull-request plan --number "$CHANGE_ID"'
        }
      }
    }
    stage('Apply') {
      when {
        beforeInput true
        changeRequest()
        expression { env.CHANGE_FORK == null }
      }
      input {
        message 'Apply what the comment shows?'
      }
      agent { label 'terraform' }
      environment {
        GITHUB_TOKEN = credentials('code-host-token')
        NOVACRON_API_KEY = credentials('novacron-plan-key')
        NOVACRON_DEPLOY_KEY = credentials('novacron-deploy-key')
      }
      steps {
        withCredentials([gitUsernamePassword(credentialsId: 'code-host')]) {
          sh 'git fetch --unshallow origin || true'
          sh 'novacron pull-request apply --number "$CHANGE_ID"'
        }
      }
    }
  }
}
