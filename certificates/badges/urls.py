from django.urls import path

from . import views

app_name = "badges"
urlpatterns = [
    path("certificates/<str:number>/badge/", views.badge, name="badge"),
    path("certificates/<str:number>/badge/<str:form>/", views.download, name="download"),
    path("badges/verify/", views.verify, name="verify"),
    path("badges/issuer.json", views.issuer, name="issuer"),
    path("badges/keys/<str:identifier>.json", views.key, name="key"),
    path("badges/status/<int:number>.json", views.status_list, name="status_list"),
]
