from django.apps import AppConfig


class TrainingSiteConfig(AppConfig):
    name = "training_site"
