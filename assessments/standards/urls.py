from django.urls import path

from . import views

app_name = "standards"
urlpatterns = [
    path("", views.panels, name="panels"),
    path("<int:panel_id>/", views.panel, name="panel"),
    path("<int:panel_id>/close/", views.close, name="close"),
    path("<int:panel_id>/adopt/", views.adopt, name="adopt"),
    path("<int:panel_id>/judge/", views.judge, name="judge"),
]
